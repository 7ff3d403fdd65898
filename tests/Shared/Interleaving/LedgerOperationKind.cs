namespace SafeLlm.Tests.Interleaving;

/// <summary>What a small concurrent program can do.</summary>
internal enum LedgerOperationKind
{
    Hold,
    Settle,
    Release,
    Extend,
    Look,

    /// <summary>Lets time pass until the short lease has ended.</summary>
    Pass,
}
