using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>
/// What a node of a simulated world keeps its records on, and what is left there after the node died. One store at a time is open
/// over it. Called on the world's thread only.
/// </summary>
public interface ISimulatedMedium : IAsyncDisposable
{
    /// <summary>Makes a store over what the medium holds; the world opens it.</summary>
    IRecordStore Mount();

    /// <summary>The store has committed.</summary>
    /// <param name="durability">What the commit was to survive.</param>
    void OnCommitted(Durability durability);

    /// <summary>Commits were brought to the disk after they were made: all but the newest.</summary>
    /// <param name="newer">How many of the newest commits are not on the disk yet.</param>
    void OnFlushed(long newer);

    /// <summary>The node died: nothing of the mounted store runs any more, and the medium holds what is left of it.</summary>
    /// <param name="losesUnsynced">
    /// Whether the power failed: commits at <see cref="Durability.Normal"/> after the last at <see cref="Durability.Full"/> may be
    /// gone, the newest first.
    /// </param>
    /// <param name="random">Decides how many.</param>
    /// <returns>The number of commits that are gone.</returns>
    ValueTask<int> CutAsync(bool losesUnsynced, SimulationRandom random);

    /// <summary>A copy of what is on the disk, to be put back later or to be mounted on another node.</summary>
    /// <param name="isNoticed">
    /// Whether a store that is opened over the copy is to notice that it is one, where it notes its identity elsewhere. The world takes care of
    /// stores that do not.
    /// </param>
    ValueTask<ISimulatedMedium> CopyAsync(bool isNoticed);
}
