"""What is kept of the chat where the clinic switched it on: rows in a database, and no more."""
