namespace SafeLlm.Chat;

/// <summary>What a service that speaks OpenAI's chat format calls otherwise.</summary>
/// <param name="Seed">The member that makes answers alike.</param>
/// <param name="AsksForUsage">Whether a stream's usage has to be asked for; who sends it anyway may refuse to be asked.</param>
internal sealed record ChatMembers(string Seed, bool AsksForUsage)
{
    public static ChatMembers OpenAi { get; } = new("seed", AsksForUsage: true);

    /// <summary>Mistral refuses members that it does not know, <c>stream_options</c> among them (docs.mistral.ai, API, chat completions).</summary>
    public static ChatMembers Mistral { get; } = new("random_seed", AsksForUsage: false);
}
