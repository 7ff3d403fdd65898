using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pipeline;

namespace SafeLlm.Scopes;

/// <summary>Charges a call to the scope it runs in and to all around it: to all of them or to none.</summary>
internal static class ScopeChain
{
    /// <exception cref="BudgetExceededException">One of them has no room.</exception>
    public static void Hold(ClientRuntime runtime, Call call, int attempt)
    {
        if (call.Scope is null) return;

        // Once for a call; anew where it was taken back, as nothing of it had been sent.
        if (attempt == 1 || (!call.IsCountedInScopes && !runtime.Settings.Shadow)) Begin(runtime, call);
        for (var scope = call.Scope; scope is not null; scope = scope.Parent)
        {
            if (scope.Account.Hold(call.Amounts) is not { } why) continue;
            if (runtime.Settings.Shadow)
            {
                scope.Account.Force(call.Amounts);
            }
            else
            {
                for (var held = call.Scope; held != scope; held = held!.Parent) held!.Account.Settle(call.Amounts, default);
                TakeBack(call);
            }

            runtime.Refuse(call, new Refusal(RefusalCode.BudgetExceeded, $"{(attempt == 1 ? "The call was not sent." : "The attempt was not sent.")} {why}"), inner: call.LastFailure);
        }
    }

    /// <summary>Whether one of them bounds its dollars, beside the limits that the call is charged to.</summary>
    public static bool BoundsDollars(Call call)
    {
        for (var scope = call.Scope; scope is not null; scope = scope.Parent)
        {
            if (scope.Account.BoundsDollars) return true;
        }

        return false;
    }

    /// <summary>Puts what an attempt used in the place of what it held.</summary>
    public static void Settle(Call call, Amounts actual)
    {
        for (var scope = call.Scope; scope is not null; scope = scope.Parent) scope.Account.Settle(call.Amounts, actual);
    }

    /// <summary>Ends a call of which nothing was sent: what it held is free again, and it is no call of theirs.</summary>
    public static void Forget(Call call)
    {
        Settle(call, default);
        TakeBack(call);
    }

    // Once an attempt was sent it stays a call. One whose connections are refused never was.
    private static void TakeBack(Call call)
    {
        if (!call.IsCountedInScopes || call.WasSent) return;
        call.IsCountedInScopes = false;
        var isToolRound = IsToolRound(call);
        for (var scope = call.Scope; scope is not null; scope = scope.Parent) scope.Account.TakeBack(isToolRound);
    }

    private static void Begin(ClientRuntime runtime, Call call)
    {
        var isToolRound = IsToolRound(call);
        for (var scope = call.Scope; scope is not null; scope = scope.Parent)
        {
            if (scope.Account.Begin(isToolRound) is not { } why) continue;
            if (!runtime.Settings.Shadow)
            {
                for (var begun = call.Scope; begun != scope; begun = begun!.Parent) begun!.Account.TakeBack(isToolRound);
            }

            runtime.Refuse(call, new Refusal(RefusalCode.BudgetExceeded, $"The call was not sent. {why} An agent that does not come to an end is stopped here; raise the bound if it should go on."));
        }

        // In shadow mode nothing is refused, and what went over is not counted everywhere.
        call.IsCountedInScopes = !runtime.Settings.Shadow;
    }

    private static bool IsToolRound(Call call) => call.Facts is { } facts && EndsWithToolResult(facts);

    // The last message; declarations of tools may stand behind it in the request.
    private static bool EndsWithToolResult(CallFacts facts)
    {
        var last = -1;
        var isResult = false;
        foreach (var part in facts.Parts)
        {
            if (part.Message < last) continue;
            if (part.Message > last) isResult = false;
            last = part.Message;
            isResult |= part.Message >= 0 && (part.Role == PromptRole.Tool || part.Kind == PromptPartKind.ToolResult);
        }

        return isResult;
    }
}
