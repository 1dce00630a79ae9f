namespace Ordo.Sync.Model.Tests.Causality;

/// <summary>
/// The identity of one version: the incarnation that wrote it, by its number in this schedule, and that incarnation's
/// write counter, from 1.
/// </summary>
internal readonly record struct Dot(int Replica, int Counter);
