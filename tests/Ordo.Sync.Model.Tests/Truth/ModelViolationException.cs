namespace Ordo.Sync.Model.Tests.Truth;

/// <summary>The rules broke an invariant.</summary>
internal sealed class ModelViolationException(string message) : Exception(message)
{
    public static ModelViolationException ValueMissing(int key) =>
        new($"A version of record {key} is needed whose value neither the batch nor the receiver has.");
}
