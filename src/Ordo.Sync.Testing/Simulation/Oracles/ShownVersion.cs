using Ordo.Sync.Causality;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>A version that a form showed.</summary>
/// <param name="Name">What it is called in the truth.</param>
/// <param name="Spoken">What its device called it when the form was opened.</param>
internal readonly record struct ShownVersion(GlobalDot Name, GlobalDot Spoken);
