namespace SafeLlm.Testing;

/// <summary>What the double was asked: enough to script an answer.</summary>
public sealed class Prompt
{
    internal Prompt(string model, string text, int turns, int choice)
    {
        Model = model;
        Text = text;
        Turns = turns;
        Choice = choice;
    }

    /// <summary>The model asked for.</summary>
    public string Model { get; }

    /// <summary>The text of the last message.</summary>
    public string Text { get; }

    /// <summary>How many messages the request has.</summary>
    public int Turns { get; }

    /// <summary>Which of the choices is asked for, from 0.</summary>
    public int Choice { get; }

    /// <summary>Model and length; not what it says.</summary>
    public override string ToString() => FormattableString.Invariant($"{Model}, {Turns} messages, {Text.Length} characters");
}
