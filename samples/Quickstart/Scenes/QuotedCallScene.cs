using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class QuotedCallScene : IScene
{
    public string Title => "A call: what it may cost before it is sent, what it did cost after";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        const string Prompt = "Say hello to the people who read budgets.";
        var llm = stage.Client();

        var quote = await llm.QuoteAsync("gpt-4.1-mini", Prompt, maxOutputTokens: 200, cancellationToken);
        var answer = await llm.GetResponseAsync("gpt-4.1-mini", Prompt, maxOutputTokens: 200, cancellationToken);

        Unless(answer.Usage.IsReported && answer.Cost == stage.Provider.BilledTotal, "the settled cost to be what the provider bills");
        Unless(answer.Cost <= answer.Quote.Upper && quote.Upper >= answer.Cost, "the cost to stay within its quote");
        return
        [
            $"quoted   {quote.Input.Expected} tokens in, at most {quote.Output.Upper} out: {quote.Expected} expected, {quote.Upper} at most ({quote.Basis.ToString().ToLowerInvariant()}, prices of {quote.PricesOf:yyyy-MM-dd})",
            $"settled  {answer.Usage.InputTokens} tokens in, {answer.Usage.OutputTokens} out: {answer.Cost}; the provider bills {stage.Provider.BilledTotal}",
        ];
    }
}
