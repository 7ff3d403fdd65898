using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.Fuzzing;

/// <summary>Prints a document as CPython does; what is printed must print as itself, in ASCII.</summary>
internal static class PythonFuzz
{
    public static void Run(byte[] input)
    {
        string once;
        try
        {
            once = SeedSignature.Canonical(input);
        }
        catch (ArgumentException)
        {
            // It is no document, or none that two readers take alike.
            return;
        }

        FuzzFailedException.Unless(Ascii.IsValid(once), "It is not ASCII.");
        FuzzFailedException.Unless(SeedSignature.Canonical(Encoding.ASCII.GetBytes(once)) == once, $"{once} does not print as itself.");
    }
}
