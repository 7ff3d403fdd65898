namespace SafeLlm.Sqlite.Gate;

/// <summary>Where somebody who asked at a <see cref="FairGate"/> stands.</summary>
internal enum GateTurn
{
    /// <summary>There is no gate, or it is of no use now: go on without.</summary>
    None,

    /// <summary>It is the asker's turn.</summary>
    Mine,

    /// <summary>Others come first: <see cref="FairGate.Wait"/> for it.</summary>
    Queued,

    /// <summary>It came too late: somebody else has gone on meanwhile.</summary>
    Abandoned,
}
