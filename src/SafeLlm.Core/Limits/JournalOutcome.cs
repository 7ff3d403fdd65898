namespace SafeLlm.Limits;

/// <summary>What a line of the journal records. Stored by its name: members are added, never renamed.</summary>
public enum JournalOutcome
{
    /// <summary>An attempt, charged by the usage that was reported.</summary>
    Reported,

    /// <summary>An attempt whose usage never came, charged by policy.</summary>
    ByPolicy,

    /// <summary>An attempt that surely was not billed (refused connection, 429, 503 before any byte): a request, and no tokens.</summary>
    Unbilled,

    /// <summary>An attempt of which nothing was sent; its hold was given back whole.</summary>
    NotSent,

    /// <summary>
    /// An attempt whose owner died: its lease ended, and what that charges is in <see cref="JournalEntry.Actual"/>. Written by a
    /// store that outlives its processes; a late settle adds a line of its own, which counts instead.
    /// </summary>
    LeaseEnded,

    /// <summary>What an operator did: <see cref="JournalEntry.Action"/>.</summary>
    OperatorAction,
}
