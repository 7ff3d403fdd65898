using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>What Ollama's formats have in common (C.7).</summary>
internal static class OllamaMembers
{
    /// <summary>num_predict bounds where it is above 0: 0 and -1 mean "no bound", -2 "until the context is full".</summary>
    public static readonly RequestShape Options = Container(Take.BoundContainer, ("num_predict", new() { Take = Take.Bound, ZeroIsUnbounded = true }));

    /// <summary>"json", or a schema.</summary>
    public static readonly RequestShape Format = Part(PromptPartKind.ResponseSchema);

    public static readonly RequestShape Images = Array(Part(PromptPartKind.Image));

    public static readonly ResponseRules Response = new(
        SkimNode.Of(
            ("model", Skim.Model),
            ("message.content", Skim.Text),
            ("message.thinking", Skim.Text),
            ("response", Skim.Text),
            ("thinking", Skim.Text),
            ("done", Skim.Done),
            ("error", Skim.Error),
            ("prompt_eval_count", Skim.Input),
            ("eval_count", Skim.Output)),
        Billing.Ollama);

    /// <summary>What holds of both generating routes: they stream unless told not to.</summary>
    public static void Prepare(RequestFacts facts) => facts.IsStreaming = true;

    public static void Complete(RequestFacts facts)
    {
        facts.AsksForUsage = facts.IsStreaming;
        facts.Edits.BoundName = "num_predict";
        facts.Edits.BoundContainerName = "options";
    }
}
