namespace SafeLlm.AspNetCore;

/// <summary>What became of an issued id that a store did not take.</summary>
internal enum IssuedIdFailure
{
    /// <summary>It is tried again; until then only this node knows it.</summary>
    Retried,

    /// <summary>It is given up: naming it will be refused.</summary>
    Lost,
}
