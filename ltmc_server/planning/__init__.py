"""What follows from what needs what: cycles, orders, schedules. Pure: no store, no clock."""
