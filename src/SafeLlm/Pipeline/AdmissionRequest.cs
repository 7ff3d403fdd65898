using SafeLlm.Telemetry;

namespace SafeLlm.Pipeline;

/// <summary>A call that another client wants to make.</summary>
/// <param name="Chat">What is asked.</param>
internal sealed record AdmissionRequest(ChatRequest Chat)
{
    /// <summary>Whether its bound is the caller's; else one is inserted.</summary>
    public bool HasBound { get; init; }

    /// <summary>Whether the provider holds turns before it, so that nobody here knows how long the prompt is.</summary>
    public bool GoesOn { get; init; }

    /// <summary>The tools that the provider runs for it, as they are priced. How often it may use them a client does not say.</summary>
    public IReadOnlyList<string> HostedTools { get; init; } = [];

    /// <summary>Who answers, for measurements.</summary>
    public string Provider { get; init; } = GenAiNames.Other;

    /// <summary>Why it may not be made, as far as <see cref="Chat"/> does not show it; in shadow mode that is told only.</summary>
    public Refusal? Objection { get; init; }
}
