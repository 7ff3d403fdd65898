using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Files;

/// <summary>
/// Where a source names something that a rule asked for. Built once a tree, for all rules, from the words of its text; the tree is
/// looked at only around the words that a rule then asks about.
/// </summary>
internal sealed class FileIndex
{
    private static readonly ConditionalWeakTable<SyntaxTree, FileIndex> Known = new();
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> Texts = new();

    private readonly SyntaxTree tree;
    private readonly WordMarks marks = new();
    private readonly Dictionary<string, Word> found = new(StringComparer.Ordinal);
    private IReadOnlyList<int>? literals;

    // Found from the words of the text, not by a walk over the tree: a walk would make every node of every file, for a few names in a few of them.
    private FileIndex(SyntaxTree tree, string text)
    {
        this.tree = tree;
        var words = RuleNames.Words;
        for (int end = 0, word; (word = words.Next(text, out var start, ref end)) >= 0;)
        {
            if (RuleNames.IsMention(word) || MayBeUse(text, end)) Add(word, start);
        }
    }

    /// <summary>Whether the text names a model provider's host, route or body, whatever SDK is or is not there. Looked up when it is first asked for.</summary>
    public bool MentionsModel => IsModelIn(tree, CancellationToken.None);

    /// <summary>Whether a literal begins as a provider's key does, or as the name of a header in which one is sent.</summary>
    public bool HasKeyLiterals => PlacesOfLiterals.Count > 0;

    /// <summary>Literals that look like a provider's key.</summary>
    public IEnumerable<LiteralExpressionSyntax> KeyLiterals => Literals().Where(literal => KeyText.LooksLikeKey(literal.Token.ValueText));

    /// <summary>Literals that name a header in which a key is sent.</summary>
    public IEnumerable<LiteralExpressionSyntax> KeyHeaders => Literals().Where(literal => KeyText.IsHeader(literal.Token.ValueText));

    /// <summary>The index, or null where the file cannot interest any rule.</summary>
    public static FileIndex? Of(SyntaxTree tree, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (!surroundings.HasModelSdk && !surroundings.HasSafeLlm && !IsModelIn(tree, cancellationToken)) return null;
        return Of(tree, cancellationToken);
    }

    /// <summary>Builds the index, which will be asked for.</summary>
    public static void Prepare(SyntaxTree tree, CancellationToken cancellationToken) => Of(tree, cancellationToken);

    /// <summary>Whether a source's text names a model provider's host, route or body, or may hold its key.</summary>
    public static bool IsModelIn(SyntaxTree tree, CancellationToken cancellationToken) =>
        (Texts.TryGetValue(tree, out var known) ? known : Texts.GetValue(tree, key => new StrongBox<bool>(ModelText.IsIn(key.GetText(cancellationToken).ToString())))).Value;

    /// <summary>Whether the text has one of these words.</summary>
    public bool HasAny(WordMarks words) => marks.Overlaps(words);

    public IReadOnlyList<InvocationExpressionSyntax> Invocations(params string[] names) => Find(names, one => one.Invocations);

    public IReadOnlyList<ObjectCreationExpressionSyntax> Creations(params string[] names) => Find(names, one => one.Creations);

    public IReadOnlyList<AssignmentExpressionSyntax> Assignments(params string[] names) => Find(names, one => one.Assignments);

    public IReadOnlyList<SimpleNameSyntax> Mentions(params string[] names) => Find(names, one => one.Mentions);

    /// <summary>The last name of a dotted, generic or conditional expression.</summary>
    public static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => null,
    };

    private static FileIndex Of(SyntaxTree tree, CancellationToken cancellationToken) =>
        Known.TryGetValue(tree, out var known) ? known : Known.GetValue(tree, key => new FileIndex(key, key.GetText(cancellationToken).ToString()));

    private void Add(int number, int place)
    {
        marks.Add(number);
        var word = RuleNames.Words[number];
        if (!found.TryGetValue(word, out var known)) found.Add(word, known = new Word(word));
        known.Places.Add(place);
    }

    // What is called, made or set goes on with one of these; a name in a dotted path, a list or a declaration does not.
    private static bool MayBeUse(string text, int end)
    {
        while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
        return end < text.Length && "(<{=+-*/%&|^?>#".IndexOf(text[end]) >= 0;
    }

    // One rule alone asks for them: the others do not search for it.
    private IReadOnlyList<int> PlacesOfLiterals => literals ??= KeyText.Places(tree.GetText().ToString());

    private IEnumerable<LiteralExpressionSyntax> Literals() => PlacesOfLiterals.Select(place => tree.GetRoot().FindToken(place).Parent)
        .OfType<LiteralExpressionSyntax>().Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression));

    private List<T> Find<T>(string[] names, Func<NameUses, List<T>> kind)
    {
        List<T> all = [];
        if (found.Count == 0) return all;
        foreach (var name in names)
        {
            if (found.TryGetValue(name, out var word)) all.AddRange(kind(word.UsesIn(tree)));
        }

        return all;
    }

    private sealed class Word(string text)
    {
        private NameUses? uses;

        public List<int> Places { get; } = [];

        // Two rules that ask at once find the same.
        public NameUses UsesIn(SyntaxTree tree) => uses ??= new NameUses(tree.GetRoot(), text, Places);
    }
}
