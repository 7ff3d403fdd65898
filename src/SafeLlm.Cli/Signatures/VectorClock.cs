namespace SafeLlm.Cli.Signatures;

/// <summary>The clock of a vector: each says when it is verified.</summary>
internal sealed class VectorClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
