"""What a conversation tells about its visitor, each fact with the verbatim words that support it."""
