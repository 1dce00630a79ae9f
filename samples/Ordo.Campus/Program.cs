using System.Text;
using Ordo.Campus.Commands;

Console.OutputEncoding = Encoding.UTF8;
return await CampusCommands.Create().Parse(args).InvokeAsync();
