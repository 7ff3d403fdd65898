using System.Text;
using SafeLlm.Tokens;

namespace SafeLlm.Testing;

/// <summary>Generates as a model does: up to the output bound and no further, counted by the model's own encoding.</summary>
internal static class Generator
{
    public static Generation Generate(DoubleCall call, ProviderDoubleOptions options, string id, DateTimeOffset now)
    {
        var choices = new GeneratedChoice[call.Choices];
        for (var i = 0; i < choices.Length; i++)
        {
            var prompt = new Prompt(call.Model, call.LastText, call.Turns, i);
            var answer = options.Answer?.Invoke(prompt) ?? DefaultAnswer.To(prompt, options.AnswerWords);
            choices[i] = Cut(answer, TokenCounters.For(call.Model), call.Bound ?? int.MaxValue);
        }

        return new Generation(call, choices, id, now);
    }

    private static GeneratedChoice Cut(Answer answer, ITokenCounter counter, long bound)
    {
        var reasoning = (int)Math.Min(answer.ReasoningTokens, bound);
        var left = bound - reasoning;
        var text = Fit(answer.Text, counter, left);
        var tokens = Count(counter, text);
        var isCut = reasoning < answer.ReasoningTokens || text.Length < answer.Text.Length;
        var tools = answer.ToolCalls;
        if (tools.Count > 0)
        {
            // A call's name and arguments are generated text; a bound that ends among them leaves no call that could be run.
            var more = tools.Sum(tool => Count(counter, tool.Name) + Count(counter, tool.Arguments));
            if (isCut || tokens + more > left) (tools, isCut) = ([], true);
            else tokens += more;
        }

        return new GeneratedChoice(text, tools, reasoning + tokens, reasoning, isCut);
    }

    /// <summary>The longest start of the text that has no more tokens than the bound.</summary>
    private static string Fit(string text, ITokenCounter counter, long bound)
    {
        if (Count(counter, text) <= bound) return text;
        var (fits, tooLong) = (0, text.Length);
        while (tooLong - fits > 1)
        {
            var middle = (fits + tooLong) / 2;
            if (Count(counter, text[..middle]) <= bound) fits = middle;
            else tooLong = middle;
        }

        if (fits > 0 && char.IsHighSurrogate(text[fits - 1])) fits--;
        return text[..fits];
    }

    private static int Count(ITokenCounter counter, string text) => counter.Count(Encoding.UTF8.GetBytes(text));
}
