using System.Globalization;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tokens;
using SafeLlm.Validation;

namespace SafeLlm.AspNetCore;

/// <summary>What the verified content says and what its caller's tier allows. Pure: no store is asked.</summary>
internal sealed class CallCheck(VerifierSettings settings, AccountCheck accounts)
{
    private const int MostModelCharacters = 512;

    public Refusal? Check(IncomingCall call)
    {
        if (CheckJson(call) is { } malformed) return malformed;
        if (AccountCheck.Check(call) is { } notIncluded) return notIncluded;
        switch (Read(call))
        {
            case RequestReading.Call { Facts: var facts }:
                call.Facts = facts;
                return CheckPrompt(call, facts) ?? CheckModel(call, facts) ?? AddStops(call) ?? CheckBound(call, call.Facts!) ?? Quote(call);
            case RequestReading.Malformed wrong:
                return Malformed(wrong);
            case RequestReading.Passage:
                // Spends no tokens and still counts as a request.
                call.Amounts = new Amounts(0, 0, NanoUsd.Zero);
                return null;
            case RequestReading.UnknownRoute when call.Route is { IsPassage: true } route && call.Requirement.Options.OwnCalls is null && route.AsksForNoMore(call.Body.Span):
                call.Amounts = new Amounts(0, 0, NanoUsd.Zero);
                return null;
            default:
                return Own(call);
        }
    }

    private static RequestReading Read(IncomingCall call) =>
        call.Requirement.Options.OwnCalls is null
            ? WireFormats.Default.Read(call.ReadingTarget, call.Body)
            : new RequestReading.UnknownRoute(call.Request!.Method, call.Target.Path);

    private static Refusal? Own(IncomingCall call)
    {
        if (call.Requirement.Options.OwnCalls is { } amounts)
        {
            call.Amounts = amounts;
            return null;
        }

        return new Refusal(
            RefusalCode.UnknownRoute,
            "No wire format knows this route, so what a call of it costs cannot be told.");
    }

    private static Refusal? CheckJson(IncomingCall call) =>
        call.Body.Length > 0 && ContentCheck.IsReadAsJson(call) && StrictJson.Check(call.Body.Span) is { } wrong ? Malformed(wrong) : null;

    private static Refusal Malformed(RequestReading.Malformed wrong) => new(wrong.Code, wrong.Message) { Field = wrong.Member };

    /// <summary>Asks whose the things are that the call names, and the rules of the tier's prompt policy that have to wait. What they throw lets nothing through.</summary>
    public async ValueTask<Refusal?> AskAsync(IncomingCall call) => (call.NamedIds is null ? null : await accounts.AskAsync(call)) ?? await AskRulesAsync(call);

    private static async ValueTask<Refusal?> AskRulesAsync(IncomingCall call) =>
        call is { Facts: { } facts, Tier.Prompts: { Waits: true } policy } ? Judge(await policy.CheckAsync(facts, call.Context.RequestAborted)) : null;

    private static Refusal? CheckPrompt(IncomingCall call, CallFacts facts) => Judge(call.Tier!.Prompts.Check(facts));

    private static Refusal? Judge(IReadOnlyList<PromptFinding> findings)
    {
        if (findings.Count == 0) return null;
        var refusing = findings.Where(finding => finding.Severity == PromptSeverity.Refuse).ToList();
        return refusing.Count == 0
            ? null
            : new Refusal(RefusalCode.PromptRejected, string.Join(' ', refusing.Select(finding => finding.Message))) { Findings = findings };
    }

    private Refusal? CheckModel(IncomingCall call, CallFacts facts)
    {
        if (facts.Model is not { Length: > 0 } model)
        {
            return new Refusal(RefusalCode.UnknownModel, "The request names no model, so it cannot be priced. Name one.") { Field = "model" };
        }

        // Longer than any provider's, and than a line of the journal takes.
        if (model.Length > MostModelCharacters)
        {
            return new Refusal(RefusalCode.UnknownModel, string.Create(
                CultureInfo.InvariantCulture,
                $"The model's name has {model.Length} characters, and no model has more than {MostModelCharacters}. Correct it."))
            {
                Field = "model",
            };
        }

        // Before the price: what the operator can price is no business of a key that may not call it.
        if (call.Key is { } key && !key.AllowsModel(model)) return NotOfTheKey(model, "model");
        var tier = call.Tier!;
        if (!settings.Quoter.Catalog.TryFind(facts, out var price))
        {
            var (missing, field) = PriceOf(model) != NoPrice && facts.OtherModels.FirstOrDefault(other => PriceOf(other) == NoPrice) is { } other ? (other, "models") : (model, "model");
            // Whether an unlisted model exists is no business of a caller whose tier lists its models.
            return tier.Allows(missing, NoPrice)
                ? new Refusal(RefusalCode.UnknownModel, $"The model \"{Shown(missing)}\" has no price here. The operator can add it to Models or map it in Aliases.") { Field = field }
                : NotAllowed(tier, missing, field);
        }

        call.Price = price;
        // Of several models the price is the dearest's, whose name allows that one alone.
        return tier.Allows(model, facts.OtherModels.Count == 0 ? price : PriceOf(model)) ? CheckOthers(call, facts) ?? AccountCheck.CheckSearches(call) : NotAllowed(tier, model);
    }

    private ModelPrice PriceOf(string model) => settings.Quoter.Catalog.TryFind(model, out var price) ? price : NoPrice;

    /// <summary>Models that may answer in the place of the one that was asked, or that it may ask.</summary>
    private Refusal? CheckOthers(IncomingCall call, CallFacts facts)
    {
        foreach (var other in facts.AdvisorModels.Count == 0 ? facts.OtherModels : [.. facts.OtherModels, .. facts.AdvisorModels])
        {
            if (call.Key is { } key && !key.AllowsModel(other)) return NotOfTheKey(other, "models");
            if (!call.Tier!.Allows(other, PriceOf(other))) return NotAllowed(call.Tier, other, "models");
        }

        return null;
    }

    private static Refusal? AddStops(IncomingCall call)
    {
        var facts = call.Facts!;
        if (call.Tier!.Stops is { IsEmpty: true } || StopPlace.Of(facts, call.Price!) is not { } place) return null;
        if (call.Tier.Stops.Add(call.Body, place) is not { } body)
        {
            return new Refusal(RefusalCode.MemberInvalid, string.Create(
                CultureInfo.InvariantCulture,
                $"The tier {call.Tier.Name} adds stop sequences, and with those of the request there are more than the {place.Most} that the provider takes. Send fewer."))
            {
                Field = place.Members[0],
            };
        }

        if (body.Equals(call.Body)) return null;
        call.Body = body;
        call.IsEdited = true;
        if (facts.Format.Read(call.ReadingTarget, body) is not RequestReading.Call { Facts: var edited }) return new Refusal(RefusalCode.MemberInvalid, "The request cannot be given the tier's stop sequences.") { Field = place.Members[0] };
        call.Facts = edited;
        return null;
    }

    private static Refusal? CheckBound(IncomingCall call, CallFacts facts)
    {
        // An embedding generates nothing.
        if (call.Price!.IsEmbedding) return null;
        var tier = call.Tier!;
        var perChoice = tier.MaxOutputTokens / Math.Max(1, facts.Bound.Choices);
        if (perChoice == 0)
        {
            return new Refusal(RefusalCode.MemberInvalid, string.Create(
                CultureInfo.InvariantCulture,
                $"The request asks for {facts.Bound.Choices} choices, and the tier {tier.Name} allows {tier.MaxOutputTokens} output tokens over all of them. Ask for fewer."))
            {
                LargestOutputBound = tier.MaxOutputTokens,
            };
        }

        var isOver = facts.Bound.TokensPerChoice is not { } asked || asked > perChoice;
        if (isOver && tier.OnOverCap == OverCap.Refuse) return OverTheCap(tier, facts, perChoice);
        if (isOver && facts.LeastBound > perChoice) return TooMuchThought(tier, facts, perChoice);

        call.AskedForUsage = facts is { IsStreaming: true, AsksForUsage: false };
        return isOver || call.AskedForUsage ? Edit(call, facts, new RequestEdit(isOver ? perChoice : null, call.AskedForUsage)) : null;
    }

    private static Refusal OverTheCap(Tier tier, CallFacts facts, long perChoice) =>
        facts.Bound.TokensPerChoice is { } asked
            ? new Refusal(RefusalCode.MemberInvalid, string.Create(
                CultureInfo.InvariantCulture,
                $"The output bound is {asked} tokens a choice, and the tier {tier.Name} allows {perChoice}. Lower it."))
            {
                LargestOutputBound = perChoice,
            }
            : new Refusal(RefusalCode.OutputUnbounded, string.Create(
                CultureInfo.InvariantCulture,
                $"The request has no output bound. Give one of at most {perChoice} tokens a choice."))
            {
                LargestOutputBound = perChoice,
            };

    // Given the tier's bound, the provider would answer each such call with a 400.
    private static Refusal TooMuchThought(Tier tier, CallFacts facts, long perChoice) => new(RefusalCode.MemberInvalid, string.Create(
        CultureInfo.InvariantCulture,
        $"The thinking budget is {facts.ThinkingBudget} tokens, and the tier {tier.Name} allows an output of {perChoice}, which has to be above it. Lower the budget below {perChoice}, or do without thinking."))
    {
        Field = "budget_tokens",
        LargestOutputBound = perChoice,
    };

    /// <summary>Changes the request and reads it again: what is quoted is what the endpoint gets, not what was meant to be.</summary>
    private static Refusal? Edit(IncomingCall call, CallFacts facts, RequestEdit edit)
    {
        call.Body = facts.Format.Edit(facts, edit);
        call.IsEdited = true;
        switch (facts.Format.Read(call.ReadingTarget, call.Body))
        {
            case RequestReading.Call { Facts: var edited } when edited.Bound.Tokens <= call.Tier!.MaxOutputTokens:
                call.Facts = edited;
                return null;
            case RequestReading.Malformed wrong:
                return Malformed(wrong);
            default:
                return new Refusal(RefusalCode.OutputUnbounded, "The request cannot be given an output bound. Give one.");
        }
    }

    private Refusal? Quote(IncomingCall call)
    {
        var fast = settings.Quoter.Quote(call.Facts!, call.Price!, EstimateMethod.Bytes, ScopeOf(call), call.Tools);
        var quote = FitsEasily(Upper(fast), call.States) ? fast : settings.Quoter.Quote(call.Facts!, call.Price!, EstimateMethod.Counted, ScopeOf(call), call.Tools);
        call.Quote = quote;
        call.Amounts = Upper(quote);
        return null;
    }

    /// <summary>Under whose name it is learned what calls give.</summary>
    public static string ScopeOf(IncomingCall call) => call.Key?.Key.KeyId ?? Limit.AppScope;

    private static Amounts Upper(Quote quote) => new(quote.Input.Upper, quote.Output.Upper, quote.Upper);

    // The first stage's upper end is generous. Where a tenth of what is free would remain, counting tokens is not worth its time.
    private static bool FitsEasily(in Amounts amounts, IReadOnlyList<LimitState> states)
    {
        for (var i = 0; i < states.Count; i++)
        {
            var state = states[i];
            if (state.Limit.Dimension is Dimension.Requests or Dimension.ConcurrentCalls) continue;
            if (amounts.In(state.Limit.Dimension) > state.Free - (state.Free / 10)) return false;
        }

        return true;
    }

    private static ModelPrice NoPrice { get; } = new("", 0, 0);

    private static Refusal NotAllowed(Tier tier, string model, string field = "model") =>
        new(RefusalCode.ModelNotAllowed, $"The tier {tier.Name} does not include the model \"{Shown(model)}\".") { Field = field };

    private static Refusal NotOfTheKey(string model, string field) => new(RefusalCode.ModelNotAllowed, $"The key may not call the model \"{Shown(model)}\".") { Field = field };

    // It comes from the request: cut, and without anything but plain characters.
    private static string Shown(string model) =>
        string.Concat(model.Take(64).Select(character => character is > ' ' and <= '~' and not '"' ? character : '?'));
}
