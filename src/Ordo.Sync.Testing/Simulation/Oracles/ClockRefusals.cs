namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// A device whose clock a hub has refused puts it right at once: what it sends next is taken. Judged among hubs whose clocks were never
/// wrong, since there a device has nothing ahead of a hub's time but what it wrote itself.
/// </summary>
internal sealed class ClockRefusals(SimulatedWorld world)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(SimulatedNode From, string Scope), (TimeSpan At, TimeSpan Offset)> _last = [];

    /// <summary>A hub has refused a push for its timestamps, and its sender has heard so.</summary>
    public void Note(SimulatedNode from, SimulatedNode to, string scope)
    {
        if (to is not SimulatedHub || from is SimulatedHub || world.Hubs.Any(hub => hub.Clock.WasWrong)
            || world.Devices.Any(device => device.Peer is not SimulatedHub))
        {
            return;
        }

        TimeSpan now = world.Loop.Elapsed;
        if (_last.TryGetValue((from, scope), out (TimeSpan At, TimeSpan Offset) last)
            && now - last.At < Soon && last.Offset == from.ClockOffset)
        {
            world.Report($"{from.Name} is refused for its clock by {to.Name} in '{scope}' again, after it has put it right.");
        }

        _last[(from, scope)] = (now, from.ClockOffset);
    }
}
