using SafeLlm;
using SafeLlm.Limits;
using SafeLlm.Testing;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class CutStreamScene : IScene
{
    public string Title => "A stream that is cut before its usage came is charged in full, as the provider may bill it";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        var budget = Limit.Dollars(1m).PerDay().For("app:cut");
        stage.Provider.Next(Fault.CutAfterEvents(4));

        var received = 0;
        try
        {
            // Straight to the provider: a gateway that resets its own connection would take away what had not been read yet.
            var llm = stage.Client(options =>
            {
                options.Endpoint = stage.Provider.BaseAddress;
                options.Limits.Add(budget);
            });
            await foreach (var update in llm.GetStreamingResponseAsync("gpt-4.1-mini", "Tell me a long story.", maxOutputTokens: 300, cancellationToken))
            {
                received += update.Text.Length;
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or ResponseFormatException)
        {
            await stage.ExpectNoOpenHoldsAsync(cancellationToken);
            var spent = (await stage.ClientStores.Ledger.ReadAsync([budget], cancellationToken))[0].Spent;
            Unless(received > 0, "some text to arrive before the cut");
            Unless(spent >= stage.Provider.BilledTotal.Value, "the charge to cover the provider's bill");
            return [$"{received} characters arrived, then {cut.GetType().Name}; charged {budget.Show(spent)} (the whole hold), the provider bills {stage.Provider.BilledTotal}; nothing is left held"];
        }

        throw new SceneFailedException("expected the cut stream to fail");
    }
}
