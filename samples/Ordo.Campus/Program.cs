using System.CommandLine;
using System.Text;
using Ordo.Campus.Commands;

Console.OutputEncoding = Encoding.UTF8;

// Each command ends in its own time: a host when its connections are closed, the whole campus when all of its processes are.
return await CampusCommands.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
