using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM020: a prompt, an answer or a key is logged.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PromptLogged : Rule
{
    internal const string Id = "SLLM020";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A prompt, an answer or a key is logged",
        "{0} goes into {1}: prompts and keys belong in no log",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Logs outlive conversations, travel to other systems and are read by people who may not read what users wrote.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. Calls, "EnableSensitiveData"];

    private static readonly string[] Texts = ["ChatMessage", "ChatResponse", "ChatResponseUpdate", "ChatHistory", "ChatCompletion", "ChatMessageContent", "ChatCompletions", "ChatResponseMessage", "StreamingChatMessageContent", "ChatOptions", "OpenAIResponse", "ResponseResult"];
    private static readonly string[] Calls = ["LogInformation", "LogDebug", "LogTrace", "LogWarning", "LogError", "LogCritical", "Log", "SetTag", "AddTag"];
    private static readonly string[] Keys = ["apiKey", "ApiKey", "_apiKey", "openAiKey", "OpenAiKey", "OpenAIKey", "openAIKey", "anthropicKey"];

    internal override void Check(FileCheck file)
    {
        foreach (var assignment in file.Index.Assignments("EnableSensitiveData"))
        {
            if (file.Model.GetConstantValue(assignment.Right) is { HasValue: true, Value: true } && file.Symbol(assignment.Left) is IPropertySymbol { ContainingType: { } type } && TypeNames.Root(type) is "Microsoft" && !Guards.IsForDevelopment(assignment))
            {
                file.Report(assignment.GetLocation(), "With EnableSensitiveData every prompt and answer", "traces");
            }
        }

        foreach (var call in file.Index.Invocations(Calls))
        {
            if (!IsSink(file, call) || Guards.IsForDevelopment(call)) continue;
            foreach (var argument in call.ArgumentList.Arguments)
            {
                if (Told(file, argument.Expression) is not { } told) continue;
                file.Report(argument.GetLocation(), told, FileIndex.NameOf(call.Expression) is "SetTag" or "AddTag" ? "a trace" : "a log");
                break;
            }
        }
    }

    private static bool IsSink(FileCheck file, InvocationExpressionSyntax call) =>
        file.Symbol(call) is IMethodSymbol { ContainingType: { } type } && type.Name is "LoggerExtensions" or "ILogger" or "Activity";

    // Text of a message, a whole message, or a history that is written out; a count or an id of one tells nothing.
    private static string? Told(FileCheck file, ExpressionSyntax value) => value switch
    {
        InterpolatedStringExpressionSyntax text => text.Contents.OfType<InterpolationSyntax>().Select(hole => Told(file, hole.Expression)).FirstOrDefault(told => told is not null),
        BinaryExpressionSyntax sum => Told(file, sum.Left) ?? Told(file, sum.Right),
        InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } call when FileIndex.NameOf(call.Expression) is "Serialize" or "SerializeObject" => Told(file, arguments[0].Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToString" or "GetOutputText" } access } => Told(file, access.Expression),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Text" or "Content" or "Contents" or "Messages" } access when IsText(file.Type(access.Expression)) => "The text of a message",
        ElementAccessExpressionSyntax element => Told(file, element.Expression),
        IdentifierNameSyntax or MemberAccessExpressionSyntax when Keys.Contains(FileIndex.NameOf(value)) && file.Type(value)?.SpecialType == SpecialType.System_String => "A key",
        IdentifierNameSyntax or MemberAccessExpressionSyntax when IsText(file.Type(value)) => "A message",
        _ => null,
    };

    private static bool IsText(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { TypeArguments.Length: 1 } generic && type.AllInterfaces.Any(one => one.Name == "IEnumerable")) return IsText(generic.TypeArguments[0]);
        return type is not null && Texts.Contains(type.Name) && TypeNames.Root(type) is "OpenAI" or "Microsoft" or "Azure" or "Anthropic" or "Betalgo";
    }
}
