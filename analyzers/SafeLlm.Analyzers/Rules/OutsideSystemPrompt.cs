using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Inputs;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM019: a caller's text becomes part of a system prompt.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OutsideSystemPrompt : Rule
{
    internal const string Id = "SLLM019";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A caller's text becomes part of a system prompt",
        "The caller's '{0}' becomes part of the system prompt: put it into a user message",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Models obey the system prompt before all else, and so whoever writes into it gives the orders.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. Creations, .. Calls, .. Members];

    private static readonly string[] Creations = ["SystemChatMessage", "DeveloperChatMessage", "ChatMessage", "ChatRequestSystemMessage", "ChatRequestDeveloperMessage"];
    private static readonly string[] Calls = ["AddSystemMessage", "AddDeveloperMessage", "FromSystem", "CreateSystemMessage", "CreateDeveloperMessage", "CreateSystemMessageItem"];
    private static readonly string[] Members = ["Instructions", "System", "ChatSystemPrompt"];

    internal override void Check(FileCheck file)
    {
        foreach (var creation in file.Index.Creations(Creations))
        {
            if (creation.ArgumentList is not { Arguments: { Count: > 0 } arguments } || TypeNames.Root(file.Type(creation)) is not ("OpenAI" or "Azure" or "Microsoft" or "Betalgo")) continue;
            if (FileIndex.NameOf(creation.Type) == "ChatMessage")
            {
                if (arguments.Count > 1 && IsSystem(arguments[0].Expression)) Consider(file, arguments[1].Expression);
            }
            else
            {
                Consider(file, arguments[0].Expression);
            }
        }

        foreach (var call in file.Index.Invocations(Calls))
        {
            if (call.ArgumentList.Arguments.Count > 0 && file.Symbol(call) is IMethodSymbol { ContainingType: { } type } && TypeNames.Root(type) is "OpenAI" or "Microsoft" or "Betalgo") Consider(file, call.ArgumentList.Arguments[0].Expression);
        }

        foreach (var assignment in file.Index.Assignments(Members))
        {
            if (file.Symbol(assignment.Left) is IPropertySymbol { ContainingType: { } type } && TypeNames.Root(type) is "OpenAI" or "Microsoft" or "Anthropic") Consider(file, assignment.Right);
        }
    }

    private static bool IsSystem(ExpressionSyntax role) => FileIndex.NameOf(role) is "System" or "Developer";

    private static void Consider(FileCheck file, ExpressionSyntax text)
    {
        var holes = text switch
        {
            InterpolatedStringExpressionSyntax interpolated => interpolated.Contents.OfType<InterpolationSyntax>().Select(hole => hole.Expression),
            BinaryExpressionSyntax sum => sum.DescendantNodesAndSelf().OfType<BinaryExpressionSyntax>().SelectMany(part => new[] { part.Left, part.Right }),
            _ => [text],
        };
        foreach (var hole in holes)
        {
            if (file.Type(hole) is { SpecialType: SpecialType.System_String } && OutsideInput.Source(file.Model, hole) is { } parameter)
            {
                file.Report(hole.GetLocation(), parameter.Name);
                return;
            }
        }
    }
}
