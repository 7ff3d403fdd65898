namespace SafeLlm.Formats;

/// <summary>
/// Where a part of the prompt stands in the request's bytes. It holds a place, not the text: facts can be logged, prompts cannot.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Role">Who speaks.</param>
/// <param name="Message">The message it belongs to, from 0; -1 for what belongs to none.</param>
/// <param name="Start">The first byte in <see cref="CallFacts.Body"/>; inside the quotes where it is a JSON string.</param>
/// <param name="Length">Bytes, escapes included.</param>
/// <param name="IsEscaped">Whether a JSON string has escapes, so that its text is not its bytes.</param>
public readonly record struct PromptPart(PromptPartKind Kind, PromptRole Role, int Message, int Start, int Length, bool IsEscaped);
