"""What ``ressenti serve`` stands on: the database, the processes, the settings, the backups."""
