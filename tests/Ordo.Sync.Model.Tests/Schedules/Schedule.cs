namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>Everything that decides a run: the same schedule always gives the same run.</summary>
internal sealed record Schedule(
    ulong Seed, Topology Topology, int Replicas, int Keys, int PageSize, int SkewMax, IReadOnlyList<Step> Steps)
{
    public const int Scopes = 2;

    public bool HasHub => Topology != Topology.Mesh;
}
