using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM025: a model is no longer offered, so its cost cannot be told.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RetiredModel : Rule
{
    internal const string Id = "SLLM025";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A model is no longer offered, so its cost cannot be told",
        "The model '{0}' is no longer offered: calls of it fail, and its price is in no table",
        RuleCategory.Cost,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "Retired models answer with an error, or are redirected to a model at another price. The ids are those that the providers' deprecation pages list.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. Members, "ChatClient", "GetChatClient", "AsChatClient", "AddOpenAIChatCompletion"];

    private static readonly string[] Retired =
    [
        "text-davinci-003", "text-davinci-002", "text-davinci-001", "code-davinci-002", "davinci", "text-curie-001", "text-babbage-001", "text-ada-001", "gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613",
        "gpt-3.5-turbo-16k-0613", "gpt-4-0314", "gpt-4-32k", "gpt-4-32k-0314", "gpt-4-32k-0613", "gpt-4-vision-preview", "gpt-4-1106-vision-preview", "claude-1", "claude-1.3", "claude-2", "claude-2.0",
        "claude-2.1", "claude-instant-1", "claude-instant-1.2", "claude-3-sonnet-20240229", "gemini-pro", "gemini-1.0-pro", "gemini-pro-vision",
    ];

    private static readonly string[] Members = ["Model", "ModelId", "DeploymentName", "model", "modelId"];

    internal override void Check(FileCheck file)
    {
        foreach (var creation in file.Index.Creations("ChatClient"))
        {
            if (SdkClients.Includes(file.Type(creation)) && creation.ArgumentList?.Arguments.FirstOrDefault()?.Expression is { } model) Consider(file, model);
        }

        foreach (var call in file.Index.Invocations("GetChatClient", "AsChatClient", "AddOpenAIChatCompletion"))
        {
            if (file.Symbol(call) is IMethodSymbol { ContainingType: { } type } && TypeNames.Root(type) is "OpenAI" or "Microsoft" && call.ArgumentList.Arguments.FirstOrDefault()?.Expression is { } model) Consider(file, model);
        }

        foreach (var assignment in file.Index.Assignments(Members))
        {
            if (file.Symbol(assignment.Left) is IPropertySymbol { ContainingType: { } type } && TypeNames.Root(type) is "OpenAI" or "Microsoft" or "Anthropic" or "Betalgo" or "OllamaSharp") Consider(file, assignment.Right);
        }
    }

    // A deployment of Azure may have any name; only what the source itself calls a model counts.
    private static void Consider(FileCheck file, ExpressionSyntax value)
    {
        if (value is LiteralExpressionSyntax && file.Model.GetConstantValue(value) is { HasValue: true, Value: string model } && Retired.Contains(model)) file.Report(value.GetLocation(), model);
    }
}
