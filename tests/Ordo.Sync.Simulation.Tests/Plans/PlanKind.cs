namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>What a seed is made into.</summary>
internal enum PlanKind
{
    /// <summary>Work with all kinds of trouble between, a step each.</summary>
    Plain,

    /// <summary>The same with whole scenes of many steps, and devices that go from one hub to another.</summary>
    Scenes,

    /// <summary>Work around one kind of disaster, staged so that it does happen: see <see cref="Disasters"/>.</summary>
    Disasters,

    /// <summary>Work around what happens to whole stores: see <see cref="Upheavals"/>.</summary>
    Upheavals,

    /// <summary>Work around moments at which three have to meet, or one comes late: see <see cref="Encounters"/>.</summary>
    Encounters,

    /// <summary>Work around new generations of scopes: see <see cref="Compactions"/>.</summary>
    Compactions,
}
