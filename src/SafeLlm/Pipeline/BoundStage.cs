using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Pipeline;

/// <summary>Sees to it that nothing unbounded leaves: inserts or lowers the output bound, and asks for a stream's usage.</summary>
internal sealed class BoundStage(ClientRuntime runtime) : Stage
{
    public override ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Facts is { } facts)
        {
            call.Price = runtime.Prices.Find(call, facts);
            Bound(call, facts, call.Price);
            call.Report.Bound = call.Facts.Bound.TokensPerChoice;
        }

        return Next.SendAsync(call, cancellationToken);
    }

    private void Bound(Call call, CallFacts facts, ModelPrice price)
    {
        var (bound, change) = Decide(call, facts, price);
        var asksForUsage = facts is { IsStreaming: true, AsksForUsage: false };
        if (change != BoundChange.None && call.IsSignedByOthers)
        {
            throw new Refusal(RefusalCode.SignedByOthers, change == BoundChange.Inserted
                ? "The request has no output bound, and cannot be given one: somebody else has signed it already. Set the bound before it is signed."
                : FormattableString.Invariant($"The request's output bound of {facts.Bound.TokensPerChoice:N0} tokens is above the {bound:N0} that are allowed, and cannot be lowered: somebody else has signed it already. Lower it before it is signed.")).ToException();
        }

        if (call.IsSignedByOthers || (change == BoundChange.None && !asksForUsage)) return;

        if (change != BoundChange.None && facts.LeastBound > bound) throw TooMuchThought(facts, bound).ToException();
        call.Body = facts.Format.Edit(facts, new RequestEdit(change == BoundChange.None ? null : bound, asksForUsage));

        // Read again from the bytes that leave: what is quoted and held is what is sent, whatever the edit did.
        call.Facts = ReadStage.Read(call, runtime.Formats) ?? throw new InvalidOperationException($"After its edit {facts.Format.Name} does not read its own request.");
        if (change != BoundChange.None && (call.Facts.Bound.TokensPerChoice is not { } sent || sent > Math.Max(bound, runtime.Settings.ReasoningFloor)))
        {
            throw new Refusal(RefusalCode.OutputUnbounded, $"The request could not be given an output bound in the wire format {facts.Format.Name}. Set one yourself.").ToException();
        }

        call.FiltersUsage = asksForUsage;
        call.Report.BoundChange = change;
        Tell(change, facts, bound);
    }

    private (long Bound, BoundChange Change) Decide(Call call, CallFacts facts, ModelPrice price)
    {
        // An embedding generates nothing, and where its request is the model's own (Bedrock) a bound in it is refused.
        if (price.IsEmbedding) return (0, BoundChange.None);
        var settings = runtime.Settings;
        var most = Math.Min(settings.MaxOutputTokens ?? long.MaxValue, price.MaxOutputTokens ?? long.MaxValue);

        // A reasoning model given less would spend it all unseen: billed, and no answer. Never above what the model can give.
        if (price.IsReasoning && most < settings.ReasoningFloor) most = Math.Min(settings.ReasoningFloor, price.MaxOutputTokens ?? long.MaxValue);

        if (facts.Bound.TokensPerChoice is { } asked)
        {
            if (asked <= most) return (asked, BoundChange.None);
            if (!settings.Shadow) return (most, BoundChange.Clamped);
            Log.WouldClamp(runtime.Logger, call.Id, asked, most);
            return (asked, BoundChange.None);
        }

        if (settings.OnUnbounded == OnUnbounded.Refuse)
        {
            runtime.Refuse(call, new Refusal(RefusalCode.OutputUnbounded, "The request has no output bound, and OnUnbounded is Refuse. Set the most tokens that it may generate."));
        }

        // In shadow mode the answer is the application's own business: what it would have been bounded to is told, and held in full.
        if (settings.Shadow)
        {
            Log.WouldInsert(runtime.Logger, call.Id);
            return (most, BoundChange.None);
        }

        return (Math.Min(price.IsReasoning ? settings.DefaultMaxReasoningOutputTokens : settings.DefaultMaxOutputTokens, most), BoundChange.Inserted);
    }

    // Sent all the same, the provider would answer each such call with a 400.
    private Refusal TooMuchThought(CallFacts facts, long bound)
    {
        var has = facts.Bound.TokensPerChoice is { } asked
            ? FormattableString.Invariant($"output bound of {asked:N0} tokens is above the {bound:N0} that are allowed")
            : FormattableString.Invariant($"output bound is missing, and it would be given one of {bound:N0} tokens");
        var raise = runtime.Settings.MaxOutputTokens == bound ? ", or raise MaxOutputTokens above the budget" : "";
        return new Refusal(RefusalCode.MemberInvalid, FormattableString.Invariant($"The request's {has}, which is not above its thinking budget of {facts.ThinkingBudget:N0}: the provider refuses that. Lower the budget below {bound:N0}{raise}."))
        {
            Field = "budget_tokens",
            LargestOutputBound = bound,
        };
    }

    private void Tell(BoundChange change, CallFacts facts, long bound)
    {
        if (change == BoundChange.None) return;
        var model = PriceList.Shown(facts.Model ?? "(none)");
        if (!runtime.IsFirst($"{change} {model}")) return;
        if (change == BoundChange.Inserted) Log.BoundInserted(runtime.Logger, model, bound);
        else Log.BoundClamped(runtime.Logger, model, facts.Bound.TokensPerChoice ?? 0, bound);
    }
}
