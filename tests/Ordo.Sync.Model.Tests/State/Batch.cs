using Ordo.Sync.Model.Tests.Causality;

namespace Ordo.Sync.Model.Tests.State;

/// <summary>
/// The answer to a pull: read in one snapshot of the sender, applied in one transaction of a receiver.
/// </summary>
internal sealed class Batch
{
    public required int Scope { get; init; }

    /// <summary>What the receiver must know for the claim of <see cref="Knowledge"/> to be true of it.</summary>
    public required Vector Base { get; init; }

    /// <summary>Kreq: values of the dots it covers are left out.</summary>
    public required Vector Requested { get; init; }

    public required Vector Knowledge { get; init; }

    public required Vector Forgotten { get; init; }

    public required int Timestamp { get; init; }

    public required bool Complete { get; init; }

    public required IReadOnlyList<BatchItem> Items { get; init; }

    /// <summary>The generation whose names the batch uses; null for the first.</summary>
    public Generation? Generation { get; init; }

    /// <summary>Whether the sender is of a later generation, and takes nothing from the receiver before that has followed.</summary>
    public bool IsFromLaterGeneration { get; init; }

    /// <summary>Where the receiver knows enough: no batch, but the generation that follows its own, to rename by.</summary>
    public Generation? Next { get; init; }

    public BatchItem? Find(int key)
    {
        for (int i = 0; i < Items.Count; i++)
        {
            if (Items[i].Key == key)
            {
                return Items[i];
            }
        }

        return null;
    }
}
