using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Messages;

/// <summary>The answer to <see cref="RecordsRequest"/>, from one snapshot.</summary>
/// <param name="Replica">The answering incarnation.</param>
/// <param name="CoveredCount">The ranges that were read to their end.</param>
/// <param name="After">
/// The key up to which the next range was read, to go on from; <see langword="null"/> where it was not begun.
/// </param>
/// <param name="Page">A page whose records come with all content. What is not in it is not held, or cannot be read.</param>
public sealed record RecordsResponse(ReplicaId Replica, int CoveredCount, RecordKey? After, ReadOnlyMemory<byte> Page);
