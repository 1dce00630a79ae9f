using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;

namespace Ordo.Sync.Faster.Checkpoints;

/// <summary>A store that was made or brought back.</summary>
/// <param name="Identity">The head that its files share.</param>
/// <param name="Image">Its state.</param>
/// <param name="Values">Its values.</param>
/// <param name="Log">Its log, to go on with.</param>
/// <param name="Checkpoints">The commits that whole checkpoints are of, least first.</param>
/// <param name="Checkpoint">The commit of the checkpoint that it was brought back from; 0 where from none.</param>
/// <param name="NeedsCheckpoint">Whether the newest checkpoint was damaged and another one is wanted soon.</param>
internal sealed record RecoveredStore(
    FileHead Identity,
    StoreImage Image,
    ValueStore Values,
    CommitLog Log,
    IReadOnlyList<long> Checkpoints,
    long Checkpoint,
    bool NeedsCheckpoint);
