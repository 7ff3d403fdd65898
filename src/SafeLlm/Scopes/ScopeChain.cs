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

        if (attempt == 1) Begin(runtime, call);
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
            }

            runtime.Refuse(call, new Refusal(RefusalCode.BudgetExceeded, $"{(attempt == 1 ? "The call was not sent." : "The attempt was not sent.")} {why}"), inner: call.LastFailure);
        }
    }

    /// <summary>Puts what an attempt used in the place of what it held.</summary>
    public static void Settle(Call call, Amounts actual)
    {
        for (var scope = call.Scope; scope is not null; scope = scope.Parent) scope.Account.Settle(call.Amounts, actual);
    }

    private static void Begin(ClientRuntime runtime, Call call)
    {
        var isToolRound = call.Facts is { } facts && EndsWithToolResult(facts);
        for (var scope = call.Scope; scope is not null; scope = scope.Parent)
        {
            if (scope.Account.Begin(isToolRound) is not { } why) continue;
            if (!runtime.Settings.Shadow)
            {
                for (var begun = call.Scope; begun != scope; begun = begun!.Parent) begun!.Account.TakeBack(isToolRound);
            }

            runtime.Refuse(call, new Refusal(RefusalCode.BudgetExceeded, $"The call was not sent. {why} An agent that does not come to an end is stopped here; raise the bound if it should go on."));
        }
    }

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
