namespace SafeLlm.Limits.InMemory;

/// <summary>What is done at each counter of a hold, with all of them entered. Implemented by structures, so that the loop over them is compiled for each.</summary>
internal interface IShareVisitor
{
    void At(in Share share);
}
