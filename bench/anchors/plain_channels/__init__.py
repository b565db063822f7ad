"""The anchor of the chat benchmark: a chat as the documentation of Channels teaches it, doing the same work.

A message is stored and the conversation's counters are raised in one transaction under the row's lock; then the
visitor gets an ack, and the conversation's and the dashboard's group get the message.
"""
