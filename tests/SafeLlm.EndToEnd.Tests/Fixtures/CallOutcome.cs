using SafeLlm.Pricing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>What a caller saw of a call, whole or streamed.</summary>
internal sealed record CallOutcome
{
    public string Text { get; init; } = "";

    public string? FinishReason { get; init; }

    public AnswerUsage? Usage { get; init; }

    public NanoUsd Cost { get; init; }

    public int Attempts { get; init; }

    public BoundChange BoundChange { get; init; }

    /// <summary>How it failed; null where it did not.</summary>
    public Exception? Failure { get; init; }

    public T Failed<T>()
        where T : Exception => Assert.IsType<T>(Failure);

    public CallOutcome Succeeded()
    {
        Assert.Null(Failure);
        return this;
    }
}
