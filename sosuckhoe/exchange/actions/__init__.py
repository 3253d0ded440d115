"""What exchange changes, a file for each verb: receive, file."""
