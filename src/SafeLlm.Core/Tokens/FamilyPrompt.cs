using SafeLlm.Formats;

namespace SafeLlm.Tokens;

/// <summary>Measures a prompt for a family of models: what stands in it, and what the family puts around it.</summary>
internal sealed class FamilyPrompt(CallFacts facts, TokenFamily family)
{
    // other vocabularies than o200k_base have fewer long words, are worse at capitals and much worse at other scripts
    private const decimal LeastBytesPerToken = 4.45m;
    private const decimal PerCapital = 0.1m;
    private const decimal PerForeignByte = 0.35m;

    /// <summary>What the family adds around the text, the declarations and the schema.</summary>
    public Factor Overhead()
    {
        var tools = 0;
        var systems = 0;
        var lastSystem = int.MinValue;
        decimal expected = family.Fixed.Expected, upper = family.Fixed.Upper;
        foreach (var part in facts.Parts)
        {
            if (part.Role is PromptRole.System or PromptRole.Developer && part.Message >= 0 && part.Message != lastSystem)
            {
                lastSystem = part.Message;
                systems++;
            }

            switch (part.Kind)
            {
                case PromptPartKind.ToolDeclarations:
                    var declared = ToolCount.Of(facts.Raw(part));
                    Add(declared > 0 ? family.Tools : 0);
                    tools += declared;
                    break;
                case PromptPartKind.ToolChoice when ToolChoices.Of(facts.Raw(part)).IsForced:
                    Add(family.Forced);
                    break;
                case PromptPartKind.ToolCallName:
                    Add(family.Call);
                    break;
                case PromptPartKind.ResponseSchema:
                    Add(family.Schema);
                    break;
            }
        }

        if (!PromptText.IsPlain(facts))
        {
            Add(family.Message, facts.Messages - systems);
            Add(family.System, systems);
        }

        Add(family.Tool, Math.Max(0, tools - 1));
        if (facts.ThinkingBudget > 0) Add(family.Thinking);
        return (expected, upper);

        void Add(Factor factor, int times = 1)
        {
            if (times == 0) return;
            expected += factor.Expected * times;
            upper += factor.Upper * times;
        }
    }

    /// <summary>The tokens of the whole prompt, counted with o200k_base and scaled.</summary>
    /// <param name="model">The model.</param>
    /// <param name="counter">Counts with o200k_base.</param>
    public (long Expected, long Upper) Count(string model, ITokenCounter counter)
    {
        using var text = new PooledText();
        var measure = default(TextMeasure);
        long json = 0, schema = 0, ids = 0;
        foreach (var part in facts.Parts)
        {
            switch (part.Kind)
            {
                case PromptPartKind.ToolDeclarations:
                    JsonWhitespace.Strip(facts.Raw(part), text);
                    json += counter.Count(text.Written);
                    break;
                case PromptPartKind.ResponseSchema:
                    JsonWhitespace.Strip(facts.Raw(part), text);
                    text.RemoveBackslashes();
                    schema += counter.Count(text.Written);
                    break;
                case PromptPartKind.TokenIds:
                    ids += TokenIds.Count(facts.Raw(part));
                    break;
                case PromptPartKind.ToolChoice:
                    break;
                default:
                    if (PromptText.IsText(part.Kind))
                    {
                        measure.Add(PromptText.Of(facts, part, text), counter);
                    }

                    break;
            }
        }

        var overhead = Overhead();
        var images = Pictures.Count(facts, family, model);
        var expected = (measure.Tokens * family.Text.Expected) + (json * family.Json.Expected) + (schema * family.SchemaJson.Expected) + overhead.Expected;
        var upper = TextUpper(measure) + (json * family.Json.Upper) + (schema * family.SchemaJson.Upper) + overhead.Upper;
        return (Up(expected) + ids + images.Expected, Up(Math.Max(upper, expected)) + ids + images.Upper);
    }

    private decimal TextUpper(TextMeasure measure)
    {
        var counted = measure.Tokens * family.Text.Upper;
        return family.IsO200k
            ? counted
            : Math.Max(counted, measure.Bytes / LeastBytesPerToken) + (measure.Capitals * PerCapital) + (measure.Foreign * PerForeignByte);
    }

    private static long Up(decimal tokens) => (long)decimal.Ceiling(Math.Max(0, tokens));
}
