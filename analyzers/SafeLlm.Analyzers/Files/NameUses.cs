using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Files;

/// <summary>What a source does with one name: the tree around each place where its text has the word.</summary>
internal sealed class NameUses
{
    public NameUses(SyntaxNode root, string word, IEnumerable<int> places)
    {
        var isMention = RuleNames.Mentions.Contains(word);
        var isName = RuleNames.All.Contains(word);
        foreach (var place in places)
        {
            if (root.FindToken(place) is not { Parent: SimpleNameSyntax name } token || token.ValueText != word || name.Identifier != token) continue;
            if (isMention && name is IdentifierNameSyntax) Mentions.Add(name);
            if (isName) AddUse(name);
        }
    }

    public List<InvocationExpressionSyntax> Invocations { get; } = [];

    public List<ObjectCreationExpressionSyntax> Creations { get; } = [];

    public List<AssignmentExpressionSyntax> Assignments { get; } = [];

    public List<SimpleNameSyntax> Mentions { get; } = [];

    private void AddUse(SimpleNameSyntax name)
    {
        var whole = Dotted(name);
        switch (whole.Parent)
        {
            case InvocationExpressionSyntax invocation when invocation.Expression == whole:
                Invocations.Add(invocation);
                break;
            case ObjectCreationExpressionSyntax creation when creation.Type == whole:
                Creations.Add(creation);
                break;
            case AssignmentExpressionSyntax assignment when assignment.Left == whole:
                Assignments.Add(assignment);
                break;
        }
    }

    /// <summary>The expression whose last name this is: the inverse of <see cref="FileIndex.NameOf"/>.</summary>
    private static ExpressionSyntax Dotted(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Name == name => access,
        MemberBindingExpressionSyntax binding => binding,
        QualifiedNameSyntax qualified when qualified.Right == name => qualified,
        AliasQualifiedNameSyntax aliased when aliased.Name == name => aliased,
        _ => name,
    };
}
