"""DataGen: runs a DataStep."""
