namespace SafeLlm.Tests.Ledgers;

/// <summary>A ledger did not do what the specification says.</summary>
public sealed class LedgerMismatchException(string message, Exception? inner = null) : Exception(message, inner);
