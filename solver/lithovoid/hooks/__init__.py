"""What happens between steps: nucleation, ledger, guards, output."""
