namespace Ordo.Sync.Faster.Transactions;

/// <summary>A value that a transaction wrote into its frame and that goes to FASTER when it commits.</summary>
/// <param name="Number">Its number.</param>
/// <param name="OwnerAt">Where its owner stands in the frame.</param>
/// <param name="OwnerLength">The owner's length.</param>
/// <param name="BodyAt">Where its bytes stand in the frame.</param>
/// <param name="BodyLength">How many they are.</param>
internal readonly record struct PendingValue(long Number, int OwnerAt, int OwnerLength, int BodyAt, int BodyLength)
{
    /// <summary>The owner where the frame does not have it in this form; <see langword="null"/> where it does.</summary>
    public byte[]? Owner { get; init; }
}
