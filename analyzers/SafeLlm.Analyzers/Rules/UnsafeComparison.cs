using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM009: a secret is compared in a time that tells how much of it was right.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnsafeComparison : Rule
{
    internal const string Id = "SLLM009";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A secret is compared in a time that tells how much of it was right",
        "'{0}' is compared with {1}, whose time tells how much was right: use CryptographicOperations.FixedTimeEquals",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A comparison that stops at the first difference lets a caller find a signature or a key byte by byte.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => Calls;

    internal override IReadOnlyCollection<string> Mentions => Mentioned;

    internal override bool Concerns(Surroundings surroundings) => surroundings.HasSafeLlm || surroundings.HasModelSdk;

    private static readonly string[] Words = ["signature", "mac", "hmac", "apikey", "signingkey", "secret", "secretkey", "hash", "digest"];
    private static readonly string[] Calls = ["Equals", "SequenceEqual", "StartsWith", "Compare", "CompareOrdinal", "SequenceCompareTo"];

    internal override void Check(FileCheck file)
    {
        foreach (var call in file.Index.Invocations(Calls))
        {
            var operands = Operands(file, call);
            if (operands.Count == 2 && Secret(file, operands[0], operands[1]) is { } name) file.Report(call.GetLocation(), name, FileIndex.NameOf(call.Expression)!);
        }

        foreach (var mention in file.Index.Mentions(Mentioned))
        {
            var operand = mention.Parent is MemberAccessExpressionSyntax access && access.Name == mention ? access : (ExpressionSyntax)mention;
            if (operand.Parent is not BinaryExpressionSyntax comparison || !comparison.IsKind(SyntaxKind.EqualsExpression) && !comparison.IsKind(SyntaxKind.NotEqualsExpression)) continue;

            // Where both sides are secrets, the left one reports.
            if (comparison.Right == operand && IsSecretName(FileIndex.NameOf(comparison.Left))) continue;
            if (Secret(file, comparison.Left, comparison.Right) is { } name) file.Report(comparison.GetLocation(), name, comparison.OperatorToken.Text);
        }
    }

    private static readonly string[] Mentioned =
        [.. Words.SelectMany(word => new[] { word, char.ToUpperInvariant(word[0]) + word.Substring(1) }), "apiKey", "ApiKey", "signingKey", "SigningKey", "secretKey", "SecretKey", "expectedSignature", "computedSignature", "providedSignature", "expectedMac", "computedMac", "expectedHash", "computedHash", "providedKey", "expectedKey"];

    private static List<ExpressionSyntax> Operands(FileCheck file, InvocationExpressionSyntax call)
    {
        var operands = call.ArgumentList.Arguments.Select(argument => argument.Expression).Where(value => IsComparable(file.Type(value))).ToList();
        if (call.Expression is MemberAccessExpressionSyntax access && IsComparable(file.Type(access.Expression)) && file.Symbol(access.Expression) is not ITypeSymbol) operands.Insert(0, access.Expression);
        return operands;
    }

    private static string? Secret(FileCheck file, ExpressionSyntax left, ExpressionSyntax right)
    {
        if (!IsComparable(file.Type(left)) || !IsComparable(file.Type(right)) || IsKnown(file, left) || IsKnown(file, right) || IsOfQuery(file, left) || IsOfChange(left) || IsOfChange(right)) return null;
        var isLeft = IsSecretName(FileIndex.NameOf(left));
        if (!isLeft && !IsSecretName(FileIndex.NameOf(right))) return null;

        // "hash" and "digest" are secrets only beside a keyed one: content digests are public.
        var name = FileIndex.NameOf(isLeft ? left : right)!;
        return IsWeak(name) && !MakesKeyedHash(left) ? null : name;
    }

    // An expression tree is compared where the data is, by a database.
    private static bool IsOfQuery(FileCheck file, ExpressionSyntax at) =>
        at.Ancestors().OfType<LambdaExpressionSyntax>().Any(lambda => file.Model.GetTypeInfo(lambda).ConvertedType is INamedTypeSymbol { Name: "Expression", ContainingNamespace.Name: "Expressions" });

    // "if (signature != lastSignature)": whether something has changed since.
    private static bool IsOfChange(ExpressionSyntax value) =>
        FileIndex.NameOf(value)?.TrimStart('_') is { } name && Earlier.Any(word => name.StartsWith(word, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] Earlier = ["last", "previous", "prior", "old", "cached"];

    private static bool IsWeak(string name) => name.EndsWith("hash", StringComparison.OrdinalIgnoreCase) || name.EndsWith("digest", StringComparison.OrdinalIgnoreCase);

    private static bool MakesKeyedHash(ExpressionSyntax at) => Scopes.OfLocal(at)?.DescendantNodes().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText.StartsWith("HMAC", StringComparison.Ordinal)) ?? false;

    private static bool IsSecretName(string? name) => name is not null && Words.Any(word => name.TrimStart('_').EndsWith(word, StringComparison.OrdinalIgnoreCase)) && !name.StartsWith("Is", StringComparison.Ordinal);

    // An empty or fixed text, as in a check for presence or for an algorithm's name.
    private static bool IsKnown(FileCheck file, ExpressionSyntax value) => file.Model.GetConstantValue(value).HasValue || value is LiteralExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Empty" };

    private static bool IsComparable(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_String } or IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte }
        || type is INamedTypeSymbol { Name: "Span" or "ReadOnlySpan" or "ReadOnlyMemory", TypeArguments.Length: 1 } span && span.TypeArguments[0].SpecialType is SpecialType.System_Byte or SpecialType.System_Char;
}
