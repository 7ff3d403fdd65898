using SafeLlm.Holds;
using SafeLlm.Metering;
using SafeLlm.Pacing;
using SafeLlm.Retries;

namespace SafeLlm.Pipeline;

/// <summary>Puts the pipeline together.</summary>
internal static class CallPipeline
{
    /// <summary>The one place that orders the steps, outermost first. The order is a safety property, and a test pins it.</summary>
    public static Stage[] Order(ClientRuntime runtime, Transport transport) =>
    [
        new ReadStage(runtime),      // first: everything below decides from facts, and what cannot be read is not sent
        new ValidateStage(runtime),  // before anything is changed or priced: a prompt that is refused costs nothing
        new BoundStage(runtime),     // before the quote: only a bounded call has an upper end
        new QuoteStage(runtime),     // before retries: the call is priced once, from the bytes that every attempt sends
        new RetryStage(runtime),     // outside the hold: each attempt is a possible bill of its own
        new HoldStage(runtime),      // before the signature: waiting for the ledger must not age it
        new PaceStage(runtime),      // between the two: whoever waits for the provider has its room, and is signed when its turn comes
        new SignStage(runtime),      // inside retries and next to the wire: each attempt has its own instant and nonce, over what is sent
        new SendStage(runtime, transport), // innermost: only what really went out and came back is metered and settled
    ];

    /// <summary>The first step, with the others behind it.</summary>
    public static Stage Build(ClientRuntime runtime, Transport transport) => Link(Order(runtime, transport));

    /// <summary>The steps up to the hold, for calls that somebody else makes: nothing of ours retries, signs or sends them.</summary>
    public static Stage BuildAdmission(ClientRuntime runtime) => Link(
    [
        .. Order(runtime, static (_, _) => throw new InvalidOperationException("An admission sends nothing.")).Where(stage => stage is not (RetryStage or PaceStage or SignStage or SendStage)),
        new Admission.AdmitStage(),
    ]);

    private static Stage Link(Stage[] stages)
    {
        for (var i = 0; i < stages.Length - 1; i++) stages[i].Next = stages[i + 1];
        return stages[0];
    }
}
